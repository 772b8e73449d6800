import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiFailure, ApiSuccess, objectOf } from '../http/openapi.decorators';
import { Authenticated } from './authenticated.decorator';
import { OrganizationsService } from './organizations.service';
import { Caller } from './principal';
import type { Principal } from './principal';

@ApiTags('Auth')
@Controller('auth')
export class ProfileController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Get('profile')
  @Authenticated({ suspended: 'allowed' })
  @ApiOperation({
    operationId: 'getProfile',
    summary: 'Who this credential is',
    description: 'The API key by its id, and the organization that it acts for. Any valid key may ask.',
  })
  @ApiSuccess(
    200,
    'The credential.',
    objectOf({
      id: { type: 'string', description: 'Id of the API key.' },
      orgId: { type: 'string', description: 'Id of the organization.' },
      name: { type: 'string', description: 'Name of the organization.' },
      email: { type: 'string', format: 'email', description: 'Its e-mail address.' },
      authType: { type: 'string', const: 'api_key' },
    }),
    {
      id: 'key_4fPxYb2Lr8Kd0QmZs7TnVw',
      orgId: 'org_7TnVw4fPxYb2Lr8Kd0QmZs',
      name: 'Acme',
      email: 'billing@acme.com',
      authType: 'api_key',
    },
  )
  @ApiFailure(401, 'The API key is missing or not valid.', 'unauthorized', 'Missing or invalid API key.')
  async profile(@Caller() { keyId, orgId }: Principal) {
    const { name, email } = await this.organizations.get(orgId);
    return { id: keyId, orgId, name, email, authType: 'api_key' };
  }
}

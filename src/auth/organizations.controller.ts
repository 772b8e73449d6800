import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiBodyFailures, ApiFailure, ApiSuccess } from '../http/openapi.decorators';
import { pageExample, pageRequestSchema, pageSchema } from '../http/pagination';
import type { Page, PageRequest } from '../http/pagination';
import { ApiLogged, ByOperator } from './operator';
import type { Operator } from './operator';
import { OperatorOnly } from './operator.guard';
import * as dto from './organizations.dto';
import { OrganizationsService } from './organizations.service';

@ApiTags('Organizations')
@Controller('organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Post()
  @HttpCode(200)
  @OperatorOnly()
  @ApiLogged()
  @ApiOperation({
    operationId: 'createOrganization',
    summary: 'Create an organization',
    description: 'Makes an organization and its first key, which may do everything and is shown this once.',
  })
  @ApiSuccess(
    200,
    'The organization and its first key.',
    dto.createdOrganizationSchema,
    dto.createdOrganizationExample,
  )
  @ApiBodyFailures('email must be an e-mail address.')
  create(
    @Body({ schema: dto.createOrganizationSchema }) request: dto.CreateOrganizationRequest,
    @ByOperator() by: Operator,
  ): Promise<dto.CreatedOrganizationView> {
    return this.organizations.createWithKey(request, by);
  }

  @Get()
  @OperatorOnly()
  @ApiOperation({
    operationId: 'listOrganizations',
    summary: 'List the organizations',
    description: 'Newest first.',
  })
  @ApiSuccess(
    200,
    'A page of organizations.',
    pageSchema(dto.organizationSchema),
    pageExample(dto.organizationExample),
  )
  @ApiFailure(400, 'The query is not valid.', 'bad_request', 'limit must be a whole number from 1 to 100.')
  list(@Query({ schema: pageRequestSchema }) page: PageRequest): Promise<Page<dto.OrganizationView>> {
    return this.organizations.list(page);
  }

  @Get(':id')
  @OperatorOnly('There is no such organization.')
  @ApiOperation({
    operationId: 'getOrganization',
    summary: 'One organization',
    description: 'As it is now.',
  })
  @ApiSuccess(200, 'The organization.', dto.organizationSchema, dto.organizationExample)
  get(@Param('id') id: string): Promise<dto.OrganizationView> {
    return this.organizations.view(id);
  }
}

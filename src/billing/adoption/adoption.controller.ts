import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiLogged, ByOperator } from '../../auth/operator';
import type { Operator } from '../../auth/operator';
import { OperatorOnly } from '../../auth/operator.guard';
import { ApiBodyFailures, ApiFailure, ApiSuccess } from '../../http/openapi.decorators';
import { ApiProviderFailures } from '../billing.openapi';
import * as dto from './adoption.dto';
import { AdoptionService } from './adoption.service';

@ApiTags('Organizations')
@Controller('organizations')
export class AdoptionController {
  constructor(private readonly adoption: AdoptionService) {}

  @Post(':id/adopt')
  @HttpCode(200)
  @OperatorOnly('There is no such organization here, or no such customer at Dodo.')
  @ApiLogged()
  @ApiOperation({
    operationId: 'adoptDodoCustomer',
    summary: 'Take over a customer from before',
    description:
      'Binds the organization to the customer that it has at Dodo already, and reads in that customer’s subscriptions ' +
      'and payments; `billingStatus` follows within seconds. Nothing is charged, and a trial that was had is not had ' +
      'again. A setup fee that the customer has paid and not got back is given back. Calling it again reads them in again.',
  })
  @ApiSuccess(200, 'They are bound.', dto.adoptionSchema, dto.adoptionExample)
  @ApiBodyFailures('dodoCustomerId is required.')
  @ApiFailure(
    409,
    'The organization has another customer, the customer another organization, or more than one live subscription.',
    'conflict',
    'Customer cus_123 belongs to organization org_4fPxYb2Lr8Kd0QmZs7TnVw.',
  )
  @ApiProviderFailures()
  adopt(
    @Param('id') id: string,
    @Body({ schema: dto.adoptRequestSchema }) { dodoCustomerId }: dto.AdoptRequest,
    @ByOperator() by: Operator,
  ): Promise<dto.AdoptionView> {
    return this.adoption.adopt(id, dodoCustomerId, by);
  }
}

import { AppError, quote } from '../../app-error';

export class EndpointNotFound extends AppError {
  constructor(id: string) {
    super(404, 'not_found', `There is no webhook endpoint ${quote(id)}.`);
  }
}

export class DeliveryNotFound extends AppError {
  constructor(id: string) {
    super(404, 'not_found', `There is no delivery ${quote(id)} to this endpoint.`);
  }
}

export class EndpointConflict extends AppError {
  static tooMany(max: number): EndpointConflict {
    return new EndpointConflict(
      409,
      'conflict',
      `An organization can have ${max} webhook endpoints: delete one first.`,
    );
  }

  static disabled(): EndpointConflict {
    return new EndpointConflict(409, 'conflict', 'This endpoint is switched off: send enabled: true first.');
  }
}

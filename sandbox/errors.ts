/**
 * Every refusal of the API: an HTTP status, a code for machines and a message for people.
 * `fatal` tells the official client not to try the same request again.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fatal = false,
  ) {
    super(message);
  }

  static notFound(what: string, id: string): ApiError {
    return new ApiError(404, 'NOT_FOUND', `${what} ${id} not found`);
  }

  static unauthorized(): ApiError {
    return new ApiError(401, 'UNAUTHORIZED', 'You are not authorised to perform this action');
  }

  static malformedJson(): ApiError {
    return new ApiError(400, 'INVALID_REQUEST_BODY', 'The request body is not valid JSON');
  }

  static malformedPath(): ApiError {
    return new ApiError(400, 'INVALID_REQUEST_PARAMETERS', 'The path is not a valid address');
  }

  static invalidBody(message: string): ApiError {
    return new ApiError(422, 'INVALID_REQUEST_BODY', message);
  }

  static invalidParameters(message: string): ApiError {
    return new ApiError(422, 'INVALID_REQUEST_PARAMETERS', message);
  }

  static refused(code: string, message: string): ApiError {
    return new ApiError(422, code, message);
  }

  static conflict(code: string, message: string): ApiError {
    return new ApiError(409, code, message, true);
  }

  static methodNotAllowed(method: string, path: string): ApiError {
    return new ApiError(405, 'METHOD_NOT_ALLOWED', `${method} is not allowed on ${path}`);
  }

  static notImplemented(path: string): ApiError {
    return new ApiError(501, 'NOT_IMPLEMENTED', `${path} is not part of this sandbox`, true);
  }

  static tooManyRequests(): ApiError {
    return new ApiError(429, 'TOO_MANY_REQUESTS', 'Too many requests');
  }
}

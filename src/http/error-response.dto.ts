import { ApiProperty } from '@nestjs/swagger';

/** The documented part of every failure. */
export class ErrorResponse {
  @ApiProperty({ type: 'boolean', const: false } as object)
  success: false;

  @ApiProperty({ type: 'string' })
  error: string;

  @ApiProperty({ type: 'string' })
  message: string;
}

/** An answer that the service refuses with: an AWS error code, a sentence, an HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const validationError = (message: string): AwsError => new AwsError("ValidationException", message);
export const resourceNotFound = (message: string): AwsError => new AwsError("ResourceNotFound", message);
export const resourceInUse = (message: string): AwsError => new AwsError("ResourceInUse", message);

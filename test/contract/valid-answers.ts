import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { ValidateFunction } from 'ajv/dist/2020';

interface LiveAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** What HTTP itself says, and what tells browsers what they may do: no operation declares it. */
const OF_EVERY_ANSWER = new Set([
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
  'x-content-type-options',
  'x-frame-options',
]);

/** Holds live answers against the document, and remembers which of its promises have been seen kept. */
export class ValidAnswers {
  private readonly seen = new Set<string>();

  private readonly validators = new Map<string, ValidateFunction>();
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(private readonly document: Record<string, any>) {
    addFormats(this.ajv);
    this.ajv.addSchema({ $id: 'document', components: document.components });
  }

  /** In which way the answer is not what the document says; null when it is. */
  problemOf(path: string, method: string, { status, headers, body }: LiveAnswer): string | null {
    const name = this.nameOf(path, method, String(status));
    const response = this.document.paths[path][method].responses[status];
    if (!response) return `${name} is not documented: ${JSON.stringify(body)}`;
    const validate = this.validatorOf(name, response.content['application/json'].schema);
    if (!validate(body)) return `${name}: ${this.ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`;
    const undeclared = [...headers.keys()].filter((header) => !this.isDeclared(header, response));
    if (undeclared.length > 0) return `${name}: nothing is said of ${undeclared.join(', ')}`;
    this.seen.add(name);
    return null;
  }

  /** Answers that the contract has word for word tell of their headers in their descriptions. */
  private isDeclared(header: string, { headers, description }: Record<string, any>): boolean {
    if (OF_EVERY_ANSWER.has(header)) return true;
    if (headers === undefined) return description.toLowerCase().includes(`\`${header}\``);
    const name = Object.keys(headers).find((candidate) => candidate.toLowerCase() === header);
    if (name === undefined) return false;
    return headers[name].$ref === `#/components/headers/${name}` && name in this.document.components.headers;
  }

  private validatorOf(name: string, schema: unknown): ValidateFunction {
    const absolute = JSON.stringify(schema).replaceAll('"#/components', '"document#/components');
    const validate = this.validators.get(name) ?? this.ajv.compile(JSON.parse(absolute));
    this.validators.set(name, validate);
    return validate;
  }

  /**
   * Documented statuses of an operation that no answer has had so far; a crash, and a service that lacks something, are
   * not to be had by asking.
   */
  notSeen(path: string, method: string): string[] {
    const { responses } = this.document.paths[path][method];
    const isOurs = (status: string): boolean => {
      const { error } = responses[status].content?.['application/json']?.example ?? {};
      return error === 'internal_error' || error === 'service_unavailable';
    };
    const documented = Object.keys(responses).filter((status) => !isOurs(status));
    return documented.filter((status) => !this.seen.has(this.nameOf(path, method, status)));
  }

  private nameOf(path: string, method: string, status: string): string {
    return `${method} ${path} → ${status}`;
  }
}

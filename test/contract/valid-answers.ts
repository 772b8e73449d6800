import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

interface LiveAnswer {
  status: number;
  body: unknown;
}

/** Holds live answers against the document, and remembers which of its promises have been seen kept. */
export class ValidAnswers {
  private readonly seen = new Set<string>();

  constructor(private readonly document: Record<string, any>) {}

  expectValid(path: string, method: string, { status, body }: LiveAnswer): void {
    const response = this.document.paths[path][method].responses[status];
    expect([path, method, status, response?.description]).not.toContain(undefined);
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema({ $id: 'document', components: this.document.components });
    const schema = JSON.stringify(response.content['application/json'].schema);
    const validate = ajv.compile(JSON.parse(schema.replaceAll('"#/components', '"document#/components')));
    validate(body);
    expect([path, method, status, validate.errors]).toEqual([path, method, status, null]);
    this.seen.add(this.nameOf(path, method, String(status)));
  }

  /** Documented statuses of an operation that no answer has had so far. */
  notSeen(path: string, method: string): string[] {
    const documented = Object.keys(this.document.paths[path][method].responses);
    return documented.filter((status) => !this.seen.has(this.nameOf(path, method, status)));
  }

  private nameOf(path: string, method: string, status: string): string {
    return `${method} ${path} → ${status}`;
  }
}

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

  /** In which way the answer is not what the document says; null when it is. */
  problemOf(path: string, method: string, { status, body }: LiveAnswer): string | null {
    const name = this.nameOf(path, method, String(status));
    const response = this.document.paths[path][method].responses[status];
    if (!response) return `${name} is not documented: ${JSON.stringify(body)}`;
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema({ $id: 'document', components: this.document.components });
    const schema = JSON.stringify(response.content['application/json'].schema);
    const validate = ajv.compile(JSON.parse(schema.replaceAll('"#/components', '"document#/components')));
    if (!validate(body)) return `${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`;
    this.seen.add(name);
    return null;
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

/** Markup that is safe to send. Only this file decides what that is: every value is escaped unless it is Html already. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = Html | string | number | null | undefined | false | Value[];

export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  const text = parts.reduce(
    (whole, part, index) => whole + part + (index < values.length ? render(values[index]) : ''),
    '',
  );
  return new Html(text);
}

function render(value: Value): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  if (value === null || value === undefined || value === false) return '';
  return escape(String(value));
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** A link target from outside: nothing but http(s) becomes a link. */
export function safeLink(url: string | null): string | null {
  if (!url || !URL.canParse(url)) return null;
  return /^https?:$/.test(new URL(url).protocol) ? url : null;
}

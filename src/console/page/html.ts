/** Markup that is safe to send. Only this file decides what that is: every value is escaped unless it is Html already. */
export class Html {
  private constructor(readonly text: string) {}

  /** Joins literal parts, which are ours, with values, which may be anybody's. */
  static join(parts: TemplateStringsArray, values: Value[]): Html {
    return new Html(
      parts.reduce((whole, part, i) => whole + part + (i < values.length ? render(values[i]) : ''), ''),
    );
  }
}

export type Value = Html | string | number | null | undefined | false | Value[];

/**
 * html`<td>${name}</td>`. A value may stand in text or between the quotes of an
 * attribute; never as an attribute's name, unquoted, or inside a script or style.
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return Html.join(parts, values);
}

function render(value: Value): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

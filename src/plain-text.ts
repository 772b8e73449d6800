/** Nothing that a page or a log would not show, and no half of a pair of surrogates: UTF-8 has no bytes for it. */
export function isPlainText(text: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(text);
}

/** Whether nothing of it would be seen: spaces, what has no width, and what has no ink. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

/** What a header can carry as one word. */
export const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** What a caller is told of other text. */
export const NOT_PLAIN_TEXT = { error: 'must not contain control characters or lone surrogates.' };

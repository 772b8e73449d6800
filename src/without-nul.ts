/** Postgres text can't hold NUL; what others send us may. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

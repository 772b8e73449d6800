/** What a schema says of a field that is missing, or of another kind: for its `error`. */
export const required = (kind: string) => (issue: { input: unknown }) =>
  issue.input === undefined ? 'is required.' : `must be ${kind}.`;

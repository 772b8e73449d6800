/** A fenced block of a guide; what is to be done with it follows from its language and its first line. */
export type Block =
  | { kind: 'run'; line: number; script: string; prints: string | null }
  | { kind: 'write'; line: number; file: string; text: string };

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;
const YOURS = /^(#|\/\/) yours\b/;
const FILE = /^(?:#|\/\/) file: ([\w.-]+)\n/;

/** The blocks of a guide that are run, in order. @throws for a block that is none of those that the guides have */
export function readGuide(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const { 1: language = '', 2: text = '', index } of markdown.matchAll(FENCE)) {
    const line = markdown.slice(0, index).split('\n').length;
    if (YOURS.test(text)) continue;
    const file = FILE.exec(text)?.[1];
    const last = blocks.at(-1);
    if (file !== undefined) blocks.push({ kind: 'write', line, file, text });
    else if (language === 'sh') blocks.push({ kind: 'run', line, script: text, prints: null });
    else if (language === 'text' && last?.kind === 'run' && last.prints === null) last.prints = text;
    else throw new Error(`Line ${line}: nobody would notice if this block were wrong.`);
  }
  return blocks;
}

/** Whether it is what the guide says; `…` stands for anything. Space at the ends does not count. */
export function isWhatIsSaid(said: string, printed: string): boolean {
  const pattern = said
    .trim()
    .split('…')
    .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('[^]*?');
  return new RegExp(`^${pattern}$`).test(printed.trim());
}

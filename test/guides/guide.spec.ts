import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/local/project';
import { isWhatIsSaid, readGuide } from './guide';

const fence = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\`\n`;

describe('readGuide', () => {
  it('runs what is sh, writes what has a name, and leaves what is the reader’s', () => {
    const guide = [
      'Do this:\n',
      fence('sh', 'echo one'),
      fence('text', 'one'),
      fence('js', "// file: app.mjs\nconsole.log('two');"),
      fence('sh', '# yours\nnpm install'),
      fence('sh', 'node app.mjs'),
    ].join('\n');
    expect(readGuide(guide)).toEqual([
      { kind: 'run', line: 3, script: 'echo one\n', prints: 'one\n' },
      { kind: 'write', line: 11, file: 'app.mjs', text: "// file: app.mjs\nconsole.log('two');\n" },
      { kind: 'run', line: 21, script: 'node app.mjs\n', prints: null },
    ]);
  });

  it.each([
    ['code that has no name', fence('js', 'console.log(1)')],
    ['output of nothing', fence('text', 'one')],
    ['a second output', fence('sh', 'echo') + fence('text', 'one') + fence('text', 'two')],
    ['another shell', fence('bash', 'echo')],
  ])('refuses %s', (_, guide) => {
    expect(() => readGuide(guide)).toThrow('nobody would notice');
  });
});

describe('isWhatIsSaid', () => {
  it.each<[string, string, boolean]>([
    ['one', 'one\n', true],
    ['one', 'one two', false],
    ['sub_… active', 'sub_1 active', true],
    ['a…z', 'a\nb\nz', true],
    ['a.c', 'abc', false],
    ['', 'something', false],
  ])('%j of %j: %s', (said, printed, expected) => {
    expect(isWhatIsSaid(said, printed)).toBe(expected);
  });
});

describe('docs/guides', () => {
  it('leaves to the reader what its README says, and no more', () => {
    const folder = join(projectRoot, 'docs', 'guides');
    const left = readdirSync(folder).flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/^```\w+\n(?:#|\/\/) yours.*\n(.*)$/gm)].map(
        ([, first]) => `${name}: ${first}`,
      ),
    );
    expect(left).toEqual([
      'gate-your-product.md: npm install fastify',
      'go-live-with-dodo.md: export BILLING_REPO=~/autoposting-billing',
      expect.stringMatching(/^go-live-with-dodo.md: xdg-open /),
      'move-from-a-hand-written-handler.md: app.post(',
    ]);
  });
});

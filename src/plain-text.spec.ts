import { isBlank } from './plain-text';

describe('isBlank', () => {
  it.each([
    ['nothing', ''],
    ['spaces', ' \t\n\u00a0\u3000'],
    ['a space of no width', '\u200b'],
    ['joiners and marks of direction', '\u200d\u2060\u202e\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['fillers of Hangul', '\u3164\u115f\uffa0'],
    ['tags', '\u{e0041}\u{e007f}'],
    ['Braille without dots', '\u2800'],
  ])('is true of %s', (_, text) => expect(isBlank(text)).toBe(true));

  it.each(['a', '0', '.', 'é', '日本', '👩‍👩‍👧', '\u200ba', '❤️'])('is false of %j', (text) =>
    expect(isBlank(text)).toBe(false),
  );
});

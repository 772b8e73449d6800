import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const hasColours = process.stdout.isTTY && !process.env.NO_COLOR;

const styled =
  (style: Style) =>
  (text: string): string =>
    hasColours ? styleText(style, text) : text;

export const bold = styled('bold');
export const dim = styled('dim');
export const green = styled('green');
export const red = styled('red');
export const cyan = styled('cyan');

// A terminal that was closed, or `| head`: there is still a stop to be done, in its order.
process.stdout.on('error', () => undefined);

export const print = (text = ''): boolean => process.stdout.write(`${text}\n`);

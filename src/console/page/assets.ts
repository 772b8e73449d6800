import { createHash } from 'node:crypto';
import { STYLES } from './styles';

const VERSION = createHash('sha256').update(STYLES).digest('hex').slice(0, 12);

/** Below the console's base. The name changes with the content, so browsers may keep it for good. */
export const STYLES_PATH = `/assets/${VERSION}.css`;

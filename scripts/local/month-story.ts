/** What becomes of a customer; days are counted from when it came. */
export type Fate =
  | 'stays'
  | 'upgrades'
  | 'downgrades'
  | 'leaves'
  | 'leaves in the trial'
  | 'can not pay'
  | 'is declined'
  | 'does not pay';

export interface Newcomer {
  name: string;
  email: string;
  planId: string;
  fate: Fate;
}

const FIRST = [
  'Amber',
  'Birch',
  'Cedar',
  'Delta',
  'Ember',
  'Fjord',
  'Granite',
  'Harbor',
  'Indigo',
  'Juniper',
  'Kestrel',
  'Lumen',
];
const SECOND = ['Studio', 'Media', 'Works', 'Labs', 'Press'];

const PLANS: [string, share: number][] = [
  ['plan_starter', 0.4],
  ['plan_pro', 0.42],
  ['plan_business', 0.18],
];

const FATES: [Fate, share: number][] = [
  ['stays', 0.44],
  ['upgrades', 0.1],
  ['downgrades', 0.04],
  ['leaves', 0.05],
  ['leaves in the trial', 0.08],
  ['can not pay', 0.09],
  ['is declined', 0.08],
  ['does not pay', 0.12],
];

/** Who comes on which day: the same every time, and more of them as the month goes on. */
export function newcomersByDay(days: number): Newcomer[][] {
  const random = sequence(20_261);
  let number = 0;
  return Array.from({ length: days }, (_, day) => {
    const busy = 0.7 + (day / days) * 1.6 - ([5, 6].includes(day % 7) ? 0.6 : 0);
    return Array.from(
      { length: Math.max(day === 0 ? 2 : 0, Math.round(busy + random() * 1.1 - 0.4)) },
      () => {
        const name = `${FIRST[number % FIRST.length]} ${SECOND[Math.floor(number / FIRST.length) % SECOND.length]}`;
        number += 1;
        const email = `billing@${name.toLowerCase().replace(' ', '-')}.example`;
        return { name, email, planId: pick(PLANS, random()), fate: pick(FATES, random()) };
      },
    );
  });
}

function pick<T>(shares: [T, number][], at: number): T {
  let rest = at;
  return shares.find(([, share]) => (rest -= share) < 0)?.[0] ?? shares[0]![0];
}

/** Numbers from 0 to 1 that look like chance and repeat with the seed. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

import { StateReader } from './state-reader';

describe('what is read for the metrics', () => {
  let reads: number;
  let failures: string[];
  let answer: () => Promise<[Record<string, string>, number][]>;
  let reader: StateReader<string>;

  beforeEach(() => {
    jest.useFakeTimers();
    reads = 0;
    failures = [];
    answer = () => Promise.resolve([[{ state: 'owed' }, 1]]);
    reader = new StateReader(
      () => {
        reads += 1;
        return answer();
      },
      (error) => failures.push(error.message),
    );
  });
  afterEach(() => jest.useRealTimers());

  it('is kept for five seconds, however eager those are who ask', async () => {
    for (let i = 0; i < 3; i += 1) expect(await reader.get()).toEqual([[{ state: 'owed' }, 1]]);
    jest.advanceTimersByTime(5_000);
    await reader.get();
    expect(reads).toBe(1);
    answer = () => Promise.resolve([[{ state: 'owed' }, 2]]);
    jest.advanceTimersByTime(1);
    expect(await reader.get()).toEqual([[{ state: 'owed' }, 2]]);
    expect([reads, failures, jest.getTimerCount()]).toEqual([2, [], 0]);
  });

  it('is read once for all who ask meanwhile', async () => {
    const answers = await Promise.all([reader.get(), reader.get(), reader.get()]);
    expect([answers.length, reads]).toEqual([3, 1]);
  });

  it('is left out when it can not be read, and read again by the next who asks', async () => {
    answer = () => Promise.reject(new Error('gone'));
    expect(await reader.get()).toBeNull();
    answer = () => Promise.resolve([]);
    expect(await reader.get()).toEqual([]);
    expect(failures).toEqual(['gone']);
  });

  it('is not what was read before, once it can not be read', async () => {
    await reader.get();
    jest.advanceTimersByTime(5_001);
    answer = () => Promise.reject(new Error('gone'));
    expect(await reader.get()).toBeNull();
  });

  it('is waited for three seconds, and not read a second time while it hangs', async () => {
    await reader.get();
    jest.advanceTimersByTime(5_001);
    let arrive: (value: [Record<string, string>, number][]) => void = () => undefined;
    answer = () => new Promise((resolve) => (arrive = resolve));
    for (let i = 0; i < 2; i += 1) {
      const asked = reader.get();
      await jest.advanceTimersByTimeAsync(3_000);
      expect(await asked).toBeNull();
    }
    expect([reads, failures]).toEqual([2, ['no answer within 3000 ms', 'no answer within 3000 ms']]);
    arrive([[{ state: 'owed' }, 3]]);
    await jest.advanceTimersByTimeAsync(0);
    expect([await reader.get(), reads]).toEqual([[[{ state: 'owed' }, 3]], 2]);
  });
});

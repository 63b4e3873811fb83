import { describe, expect, test } from 'vitest';
import { createPacer, createScenarioPacer } from './producers.mjs';
import { createRandom } from './random.mjs';
import { isScenario, scenarioNames, settingsOf } from './scenarios.mjs';

describe('scenarios', () => {
  test('only the five of them have a name', () => {
    expect(scenarioNames).toEqual(['steady', 'burst', 'stuck-consumer', 'poison-task', 'trimmed']);
    expect(isScenario('constructor')).toBe(false);
  });

  test('workers can do more than what arrives, at any rate', () => {
    for (const tasksPerSecond of [0.1, 2, 50, 1000]) {
      const { thinkMs, workers } = settingsOf('steady', { tasksPerSecond });
      expect((workers * 1000) / thinkMs).toBeGreaterThanOrEqual(tasksPerSecond * 1.5);
    }
  });

  test('a burst is more than the workers can do, and they catch up before the next', () => {
    const { arrivalFactor, tasksPerSecond, thinkMs, workers } = settingsOf('burst');
    const capacity = (workers * 1000) / thinkMs;
    expect(tasksPerSecond * arrivalFactor(1)).toBeGreaterThan(capacity * 3);
    expect(arrivalFactor(10)).toBe(1);
    let arrived = 0;
    for (let second = 0; second < 45; second += 1)
      arrived += tasksPerSecond * arrivalFactor(second);
    expect(arrived).toBeLessThan(capacity * 45);
  });
});

describe('the pacer', () => {
  test('gives what a rate gives, whatever the ticks', () => {
    const due = createPacer(0);
    let sum = 0;
    for (let now = 70; now <= 10_000; now += 70) sum += due(now, 7);
    expect(sum).toBe(69);
  });

  test('does not make up for a long outage', () => {
    expect(createPacer(0)(86_400_000, 100)).toBe(5000);
    expect(createScenarioPacer(0, () => 1, 100)(86_400_000)).toBe(5000);
  });

  test('misses nothing of a burst, however late it looks', () => {
    const { arrivalFactor, tasksPerSecond } = settingsOf('burst');
    const late = createScenarioPacer(0, arrivalFactor, tasksPerSecond)(10_000);
    const inTime = createScenarioPacer(0, arrivalFactor, tasksPerSecond);
    let sum = 0;
    for (let now = 100; now <= 10_000; now += 100) sum += inTime(now);
    expect(late).toBe(sum);
    expect(sum).toBeGreaterThan(4 * 50 * tasksPerSecond * 0.9);
  });
});

describe('randomness', () => {
  test('a seed repeats it, and a UUID is one', () => {
    const values = [createRandom(7), createRandom(7)].map((random) => [
      random.uuid(),
      random.integer(3, 9),
    ]);
    expect(values[0]).toEqual(values[1]);
    expect(values[0]?.[0]).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    expect(createRandom(8).uuid()).not.toBe(values[0]?.[0]);
  });

  test('an integer reaches both ends and no further', () => {
    const random = createRandom(1);
    const seen = new Set(Array.from({ length: 300 }, () => random.integer(1, 4)));
    expect([...seen].sort()).toEqual([1, 2, 3, 4]);
  });
});

import { BaseSequencer } from 'vitest/node';

/**
 * Spreads the files of every project over the whole run. Vitest would run one project after the
 * other: first all that start a server and compute, then all that wait.
 */
export class MixedSequencer extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    /** @type {Map<string, import('vitest/node').TestSpecification[]>} */
    const byProject = new Map();
    for (const file of await super.sort(files)) {
      const ofProject = byProject.get(file.project.name) ?? [];
      ofProject.push(file);
      byProject.set(file.project.name, ofProject);
    }
    return [...byProject.values()]
      .flatMap((ofProject) => ofProject.map((file, at) => ({ file, at: at / ofProject.length })))
      .sort((a, b) => a.at - b.at)
      .map(({ file }) => file);
  }
}

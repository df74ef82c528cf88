import { Population, type PopulationOptions } from './population.js';

/**
 * SIGKILL to everything of a task that has no runner any more, or none that can go on. Its files stay as they are.
 * `done` comes when nothing is alive, or nothing that can be killed.
 */
export function destroyTask(
  options: PopulationOptions,
  done: () => void,
  population = new Population(options),
): void {
  const { sweeper, containment, logger, taskId } = options;
  try {
    population.readCoordinators();
    containment?.kill?.();
  } catch (error) {
    logger.warn('not all processes of a task may be known', { taskId, error: String(error) });
  }
  sweeper.sweep(
    (census) => population.find(census),
    (left) => {
      population.survived(left);
      done();
    },
  );
}

/** How the learning rate moves over a run: a linear warm-up, then the named curve. */
import type { Schedule } from '../graph/document'

/**
 * Factor on the learning rate at update `t` (from 0) of `total`. Warm-up: (t + 1) / warmup, so that the first update
 * already moves. The curve then starts at 1 and counts from the end of the warm-up; cosine is Loshchilov & Hutter 2017
 * without restarts, as PyTorch's CosineAnnealingLR with T_max = total - warmup.
 */
export function scheduleFactor(schedule: Schedule, t: number, total: number): number {
  if (t < schedule.warmup) return (t + 1) / schedule.warmup
  const past = t - schedule.warmup
  switch (schedule.kind) {
    case 'constant':
      return 1
    case 'step':
      return schedule.factor ** Math.floor(past / schedule.every)
    case 'cosine': {
      const progress = Math.min(1, past / Math.max(1, total - schedule.warmup))
      return schedule.final + (1 - schedule.final) * 0.5 * (1 + Math.cos(Math.PI * progress))
    }
  }
}

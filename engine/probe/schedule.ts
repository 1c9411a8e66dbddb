/**
 * When a run is looked at. diagnosis.md samples the steps 0 to 5, 10, 20 and then every max(10, total / 100), counted
 * from 0; here steps count from 1, so those are 1 to 6, 11, 21 and so on. Probing every 10th step costs about 1 %.
 */

/** Whether step `step` (from 1) of `total` is probed. */
export function isProbed(step: number, total: number): boolean {
  const past = step - 1
  if (past <= 5 || past === 10 || past === 20) return true
  return past > 20 && past % Math.max(10, Math.ceil(total / 100)) === 0
}

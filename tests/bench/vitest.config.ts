/**
 * How benches run: one at a time, in one process, their printed figures shown as they come.
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'bench',
    environment: 'node',
    include: ['tests/bench/**/*.bench.ts'],
    fileParallelism: false,
    disableConsoleIntercept: true,
    testTimeout: 600_000,
    reporters: ['verbose'],
  },
})

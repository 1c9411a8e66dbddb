/**
 * tfjs for tests in Node, on its plain JavaScript backend: slow, exact and always there.
 */
import * as tf from '@tensorflow/tfjs'

/** Gives tfjs with the cpu backend running; throws when tfjs refuses it. */
export async function cpuTf(): Promise<typeof tf> {
  if (!(await tf.setBackend('cpu')))
    throw new Error(`The tests need tfjs's cpu backend; tfjs kept ${tf.getBackend()}.`)
  await tf.ready()
  return tf
}

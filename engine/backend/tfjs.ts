/**
 * The one place that loads tfjs and its extra backends, so that every part of the engine talks to one instance of it.
 * Importing this registers wasm everywhere, webgl and cpu through the main package, and webgpu where the host has it.
 */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'

// tfjs advertises another package in Node, and tells of every backend that starts; we say ourselves what runs.
tf.enableProdMode()

export { tf, setWasmPaths }

/** The module object of tfjs, as every part of the engine takes it. */
export type TensorFlow = typeof tf

/** Size of ort-wasm-simd-threaded.wasm: the progress has to know it before the first byte is there. */
export const RUNTIME_BYTES = 14_239_897;

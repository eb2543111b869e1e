/** Size of vision_wasm_module_internal.wasm: the progress has to know it before the first byte is there. */
export const RUNTIME_BYTES = 12_997_272;

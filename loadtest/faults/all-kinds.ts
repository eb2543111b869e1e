import type { FaultKind } from './fault-kind.ts';
import { CLOCK_FAULTS } from './kinds/clock-faults.ts';
import { LINK_FAULTS } from './kinds/link-faults.ts';
import { NATS_CLUSTER_FAULTS } from './kinds/nats-cluster-faults.ts';
import { PROCESS_FAULTS } from './kinds/process-faults.ts';
import { STORE_FAULTS } from './kinds/store-faults.ts';

/** Every fault that a run may meet. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...PROCESS_FAULTS,
  ...NATS_CLUSTER_FAULTS,
  ...LINK_FAULTS,
  ...CLOCK_FAULTS,
  ...STORE_FAULTS,
];

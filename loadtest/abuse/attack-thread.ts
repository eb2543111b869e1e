/** Runs one attack away from the thread of the clients that it is to disturb. */
import { parentPort, workerData } from 'node:worker_threads';
import { ATTACKS } from './all-attacks.ts';
import type { AttackTarget } from './attack.ts';

const { name, target } = workerData as { name: string; target: AttackTarget };
const attack = ATTACKS.find((one) => one.name === name);
if (attack === undefined) throw new Error(`no attack is called ${name}`);
parentPort?.postMessage(await attack.run(target));

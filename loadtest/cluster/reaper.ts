import { spawn } from 'node:child_process';

/**
 * A shell that holds the other end of our pipe and a list of pids. When the pipe ends because this process died, in
 * whatever way, it kills what is still listed, stopped processes too, and removes the folder.
 */
const REAPER = `
pids=" "
while read -r sign pid; do
  case "$sign" in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
    done) exit 0 ;;
  esac
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
sleep 0.2
rm -rf "$1"
`;

export interface Reaper {
  /** From here on the process does not outlive this one. */
  watch(pid: number): void;
  /** It has ended: its pid may become another's. */
  forget(pid: number): void;
  close(): void;
}

/** Watches over processes that are to end with this one, even where this one is killed. */
export function createReaper(folder: string): Reaper {
  const child = spawn('/bin/sh', ['-c', REAPER, 'framegate-reaper', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.stdin.on('error', () => {});
  child.unref();
  const tell = (line: string) => child.stdin.write(`${line}\n`);
  return {
    watch: (pid) => tell(`+ ${pid}`),
    forget: (pid) => tell(`- ${pid}`),
    close: () => tell('done'),
  };
}

/** What the programs that framegate starts get of its own environment. */

/** The folders in which programs are looked for, as PATH has them. */
export function searchPath(): string {
  return process.env.PATH ?? '';
}

/** This process's environment with `added` on top. */
export function childEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...added };
}

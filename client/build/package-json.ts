interface ProjectPackage {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * What makes the built folder the npm package `framegate-client`. The scripts carry all that they need; the packages
 * that their declarations name are dependencies.
 */
export function libraryPackage(project: ProjectPackage, typePackages: readonly string[]): object {
  const entry = (script: string, types: string) => ({
    types: `./types/client/${types}.d.ts`,
    default: `./${script}.js`,
  });
  return {
    name: 'framegate-client',
    version: project.version,
    description: 'Guidance for a camera in a browser: headless SDK and <framegate-camera>.',
    license: project.license,
    type: 'module',
    exports: {
      '.': entry('framegate-client', 'sdk/index'),
      './camera': entry('framegate-camera', 'component/index'),
      './package.json': './package.json',
    },
    // Importing the component registers its element.
    sideEffects: ['./framegate-camera.js'],
    files: ['*.js', 'assets', 'types', 'licences.md', '!**/*.br', '!**/*.gz'],
    dependencies: Object.fromEntries(typePackages.map((name) => [name, versionOf(project, name)])),
  };
}

function versionOf(project: ProjectPackage, name: string): string {
  const version = project.dependencies[name];
  if (version === undefined) throw new Error(`the client's types need ${name}, which is no dependency`);
  return version;
}

// The clients that are generated: how each is built, and how its program is run. Versions are pinned in the folders' own files.

export interface Build {
  /** The folder beside this file that holds the program and the pinned versions. */
  readonly folder: string;
  readonly needs: readonly Tool[];
  /** Bash: installs the generator, generates the client and compiles the program, in a copy of the folder. */
  readonly script: string;
}

interface Tool {
  /** Prints the version of the tool. */
  readonly command: string;
  readonly atLeast: string;
}

export interface Client extends Build {
  readonly language: string;
  /** The commands that start a session and print it, by the name of the generator. */
  readonly programs: Readonly<Record<string, string>>;
}

export const clients: readonly Client[] = [
  {
    language: 'TypeScript',
    folder: 'typescript',
    needs: [],
    script: `
      npm ci --ignore-scripts
      node_modules/.bin/openapi-typescript openapi.json --output client.d.ts
      node_modules/.bin/tsc`,
    programs: { 'openapi-typescript': 'node dist/start.js' },
  },
  {
    language: 'Go',
    folder: 'go',
    needs: [{ command: 'go version', atLeast: '1.26' }],
    script: `
      mkdir oapicodegen
      go tool oapi-codegen -generate types,client -package oapicodegen -o oapicodegen/client.go openapi.json
      go tool ogen --config ogen.yml --package ogen --target ogen openapi.json
      go build -o bin/ ./cmd/...`,
    programs: { 'oapi-codegen': 'bin/oapi-codegen', ogen: 'bin/ogen' },
  },
  {
    language: 'Python',
    folder: 'python',
    needs: [{ command: 'python3 --version', atLeast: '3.11' }],
    script: `
      python3 -m venv venv
      . venv/bin/activate
      pip install --quiet --requirement requirements.txt
      openapi-python-client generate --path openapi.json --meta none --output-path generated_client --fail-on-warning
      python -m compileall -q generated_client`,
    programs: { 'openapi-python-client': 'venv/bin/python start.py' },
  },
  {
    language: 'Java',
    folder: 'java',
    needs: [
      { command: 'javac -version', atLeast: '17' },
      { command: 'mvn --version', atLeast: '3.8' },
    ],
    script: 'mvn --batch-mode --quiet -Dmaven.repo.local=maven compile',
    programs: { 'OpenAPI Generator': "java -cp 'target/classes:target/lib/*' StartSession" },
  },
];

/** Not a client but a collection of requests, as Postman imports it, whose start is sent twice. */
export const postmanCollection = {
  folder: 'postman',
  needs: [],
  script: 'npm ci --ignore-scripts',
  program: 'node start.js',
} satisfies Build & { readonly program: string };

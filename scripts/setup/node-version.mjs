// Imported first by what a person types, and it imports nothing: it must load on any Node.
const MINIMUM = { major: 20, minor: 9 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < MINIMUM.major || (major === MINIMUM.major && minor < MINIMUM.minor)) {
  console.error(
    `Node ${MINIMUM.major}.${MINIMUM.minor} or newer is needed; this is ${process.version}. Get one at https://nodejs.org/`,
  );
  process.exit(1);
}

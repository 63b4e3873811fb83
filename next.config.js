const { BASE_PATH = '', BUILD_DIR } = process.env;

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  // Compression belongs to the proxy in front; here it would buffer the event stream.
  compress: false,
  // Types are checked by `npm run check`, tests and scripts included; once is enough.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['ioredis', 'pino', 'ws'],
  // Both in the form that scripts/build.mjs and server.ts give them.
  basePath: BASE_PATH,
  ...(BUILD_DIR ? { distDir: `${BUILD_DIR}/.next` } : {}),
  env: { BUILT_BASE_PATH: BASE_PATH },
};

export default config;

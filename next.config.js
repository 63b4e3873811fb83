/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `forbidden()`: a page that is beyond one's role answers 403 in the house's look.
  experimental: { authInterrupts: true },
  images: { unoptimized: true },
  // Compression belongs to the proxy in front; here it would buffer the event stream.
  compress: false,
  // Types are checked by `npm run check`, tests and scripts included; once is enough.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['ioredis', 'pino', 'ws'],
};

export default config;

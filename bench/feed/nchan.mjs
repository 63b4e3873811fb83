import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../../scripts/setup/find-on-path.mjs';

const MODULE_PLACES = [
  '/usr/lib/nginx/modules',
  '/usr/lib64/nginx/modules',
  '/usr/share/nginx/modules',
];

/** @returns {{ nginx: string, module: string } | undefined} where both are installed */
export function findNchan() {
  const nginx = findOnPath(['nginx']) ?? ['/usr/sbin/nginx'].find((file) => existsSync(file));
  const module = MODULE_PLACES.map((dir) => join(dir, 'ngx_nchan_module.so')).find((file) =>
    existsSync(file),
  );
  return nginx && module ? { nginx, module } : undefined;
}

/**
 * One worker, nothing logged, a buffer that holds far more than a subscriber is ever behind.
 * @param {string} dir
 * @param {number} port
 * @param {string} module
 * @returns {string} the path of the configuration
 */
export function writeNchanConfig(dir, port, module) {
  const file = join(dir, 'nginx.conf');
  writeFileSync(
    file,
    `load_module ${module};
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log crit;
events { worker_connections 16384; multi_accept on; }
http {
  access_log off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  keepalive_requests 1000000000;
  tcp_nodelay on;
  nchan_shared_memory_size 256M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /publish {
      nchan_publisher http;
      nchan_channel_id feed;
      nchan_message_buffer_length 20000;
      nchan_message_timeout 1m;
    }
    location = /events/stream {
      nchan_subscriber eventsource;
      nchan_channel_id feed;
      nchan_subscriber_first_message newest;
    }
  }
}
`,
  );
  return file;
}

import { createHash } from 'node:crypto';
import path from 'node:path';

import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

/*
 * Builds dist/report/html/page.html: one file with its script and style inside, and a content policy that lets exactly
 * these two run and nothing be fetched. The report writer puts a title and a body into it (../template.ts).
 */

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Puts the policy first in the head, with the hashes of the script and the style that were inlined. */
function contentPolicy(): Plugin {
  return {
    name: 'trailwarden-content-policy',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const asset of Object.values(bundle)) {
          if (asset.type !== 'asset' || !asset.fileName.endsWith('.html')) continue;
          // `crossorigin` would only matter to a script that is fetched.
          const html = String(asset.source).replaceAll(/<(script|style)[^>]*>/g, (tag) =>
            tag.startsWith('<style') ? '<style>' : '<script type="module">',
          );
          const script = /<script type="module">([\s\S]*?)<\/script>/.exec(html)?.[1];
          const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
          if (script === undefined || style === undefined)
            throw new Error('the page lost its script or its style on the way into one file');
          const policy = [
            "default-src 'none'",
            `script-src ${sha256(script)}`,
            `style-src ${sha256(style)}`,
            "base-uri 'none'",
            "form-action 'none'",
          ].join('; ');
          asset.source = html.replace(
            /<meta charset="utf-8"\s*\/?>/,
            (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
          );
          asset.fileName = 'page.html';
        }
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path.resolve(import.meta.dirname, '../../../../dist/report/html'),
    emptyOutDir: false,
    // light-dark() and DecompressionStream: every browser since the middle of 2024.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: false,
  },
  plugins: [viteSingleFile({ removeViteModuleLoader: true }), contentPolicy()],
});

/**
 * Addresses that must lead nowhere, by what somebody would want with them. Each
 * is tried in every way in which a page, a link, an address bar or a command line
 * could be brought to open it.
 */
export const addresses: Readonly<Record<string, readonly string[]>> = {
  'Chromium\'s own pages': [
    'chrome://settings', 'chrome://settings/privacy', 'chrome://settings/content/camera', 'chrome://settings/help', 'chrome://version', 'chrome://flags', 'chrome://inspect', 'chrome://inspect/#devices',
    'chrome://downloads', 'chrome://history', 'chrome://extensions', 'chrome://gpu', 'chrome://policy', 'chrome://newtab', 'chrome://new-tab-page', 'chrome://bookmarks', 'chrome://apps',
    'chrome://net-internals', 'chrome://net-export', 'chrome://process-internals', 'chrome://sandbox', 'chrome://system', 'chrome://device-log', 'chrome://components', 'chrome://crashes', 'chrome://credits',
    'chrome://dino', 'chrome://local-state', 'chrome://media-internals', 'chrome://webrtc-internals', 'chrome://print', 'chrome://password-manager', 'chrome://profile-picker', 'chrome://quota-internals',
    'chrome://serviceworker-internals', 'chrome://site-engagement', 'chrome://tracing', 'chrome://translate-internals', 'chrome://usb-internals', 'chrome://whats-new', 'chrome://chrome-urls', 'chrome://about',
    'chrome-untrusted://print/', 'chrome-search://local-ntp/local-ntp.html', 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html', 'chrome-error://chromewebdata/', 'chrome-native://newtab', 'about:settings', 'about:version', 'about:flags', 'about:about', 'about:srcdoc',
  ],
  'what ends or hangs the browser': ['chrome://quit', 'chrome://restart', 'chrome://crash', 'chrome://kill', 'chrome://hang', 'chrome://shorthang', 'chrome://gpucrash', 'chrome://gpuhang', 'chrome://gpukill', 'chrome://inducebrowsercrashforrealz', 'chrome://memory-exhaust', 'chrome://badcastcrash'],
  'the developer tools': ['devtools://devtools/bundled/inspector.html', 'devtools://devtools/bundled/devtools_app.html', 'chrome-devtools://devtools/bundled/inspector.html', 'http://localhost:9222/json', 'http://127.0.0.1:9222/json/version'],
  'files of the machine': [
    'file:///', 'file:///etc/passwd', 'file:///etc/owso-kiosk/terminal.yaml', 'file:///etc/owso-kiosk/pin', 'file:///var/lib/owso-kiosk', 'file:///proc/self/environ', 'file:///dev/input', 'file:///media', 'file:///home', 'file://localhost/etc/passwd', 'file:/etc/passwd', 'FILE:///etc/passwd',
    'view-source:file:///etc/passwd', 'filesystem:http://localhost:8480/temporary/a', 'filesystem:file:///temporary/a',
  ],
  'sources and scripts': [
    'view-source:http://localhost:8480/', 'view-source:chrome://settings', 'javascript:document.title="escaped"', 'javascript:void(window.open("chrome://settings"))', 'JaVaScRiPt:alert(1)', 'data:text/html,<h1>escaped</h1>', 'data:text/html;base64,PGgxPmVzY2FwZWQ8L2gxPg==', 'data:application/octet-stream,escaped',
    'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 'blob:http://localhost:8480/0b1c2d3e-0000-4000-8000-000000000000', 'blob:null/0b1c2d3e-0000-4000-8000-000000000000', 'about:blank#escaped', 'isolated-app://aerugqztij5biqquuk3mfwpsaibuegaqcitgfchwuosuofdjabzqaaic/', 'uuid-in-package:0b1c2d3e-0000-4000-8000-000000000000',
  ],
  'other programs': [
    'mailto:someone@example.org', 'tel:+85512345678', 'sms:+85512345678', 'geo:11.55,104.92', 'intent://scan/#Intent;scheme=zxing;package=com.google.zxing.client.android;end', 'intent:#Intent;action=android.settings.SETTINGS;end', 'market://details?id=org.example', 'ms-settings:', 'ms-word:ofe|u|http://example.org/a.docx',
    'ssh://root@localhost', 'telnet://localhost', 'vnc://localhost', 'rdp://localhost', 'sftp://localhost/', 'smb://server/share', 'ftp://ftp.debian.org/', 'gopher://example.org/', 'magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567', 'steam://open/main', 'zoommtg://zoom.us/join', 'tg://resolve?domain=example', 'whatsapp://send?text=a',
    'slack://open', 'vscode://file/etc/passwd', 'webcal://example.org/a.ics', 'irc://irc.libera.chat/', 'xmpp:someone@example.org', 'sip:someone@example.org', 'bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'apt:xterm', 'apt://xterm', 'help:', 'man:ls', 'ghelp:gedit', 'x-scheme-handler:http', 'web+owso:settings', 'android-app://com.example', 'search:escape', 'shell:startup',
  ],
  'other places': [
    'https://www.google.com/', 'http://example.org/', 'http://1.1.1.1/', 'https://localhost:8480/', 'http://localhost/', 'http://localhost:80/', 'http://localhost:22/', 'http://localhost:631/', 'http://localhost:8080/', 'http://localhost:8081/studio/', 'http://localhost:8481/', 'http://localhost:65535/', 'http://127.0.0.1:8480/', 'http://[::1]:8480/', 'http://0.0.0.0:8480/', 'http://2130706433:8480/', 'http://0x7f.1:8480/',
    'http://127.1:8480/', 'http://localhost.:8480/', 'http://localhost.localdomain:8480/', 'http://kiosk:8480/', 'http://a.localhost:8480/', 'http://localhost:8480@example.org/', 'http://localhost:08481/', 'http://example.org:8480/', 'http://169.254.169.254/', 'http://[::ffff:127.0.0.1]:8480/', 'ws://localhost:8480/', 'wss://example.org/', '//example.org/', '\\\\example.org\\share', 'https:example.org', 'http:\\\\example.org', 'http://ⓔxample.org/', 'http://xn--fsq.example/',
  ],
};

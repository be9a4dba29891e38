import { signal } from '@preact/signals';

/**
 * What staff do at this machine, beside any visit. `pin`: somebody types the
 * staff's digits; `panel`: the operator's panel is open; `camera`: the panel
 * shows the camera's picture. While it is not `away` the page stays as it is:
 * it is not loaded anew.
 */
export const staff = signal<'away' | 'pin' | 'panel' | 'camera'>('away');

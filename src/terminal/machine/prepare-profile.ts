import { prepareProfile } from './profile.ts';

/** `prepare-profile.js PROFILE`: run by the session before each start of Chromium. */
const [profile] = process.argv.slice(2);
if (profile === undefined) {
  process.stderr.write('Say which profile: prepare-profile.js DIR\n');
  process.exit(2);
}
const sentences = {
  none: undefined,
  preferences: 'Settings of the profile were damaged and are made anew.',
  newProfile: 'Three starts brought no page on screen: the profile was put aside and a new one is made.',
};
const sentence = sentences[prepareProfile(profile)];
if (sentence !== undefined) process.stderr.write(`${sentence}\n`);

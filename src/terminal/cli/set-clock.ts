/**
 * How a technician sets the clock: what to type, for the end of a sentence without a
 * full stop. systemd refuses while a service of its own keeps the clock, even one that
 * never heard of a time, and that service moves the clock on to the moment of its file
 * when it starts again.
 */
export const setClock = 'systemctl stop systemd-timesyncd; timedatectl set-time "2026-11-25 09:30"; touch /var/lib/systemd/timesync/clock; systemctl start systemd-timesyncd';

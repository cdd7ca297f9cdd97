/* UDP sockets as QUIC wants them: control messages and their macros, which Swift cannot see. */
#ifndef CDATAGRAMS_H
#define CDATAGRAMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* An address as numbers in the host's order; `high` is 0 for IPv4. */
struct datagram_address {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    uint8_t is_ipv6;
};

/* Reads a socket address of the system, IPv4 or IPv6. */
void datagram_load_address(const void *socket_address, struct datagram_address *to);

/* Makes a socket that does not block, with large buffers of which the kernel gives what it may,
 * and that fragments nothing. With `shares_port` several of them may have one port. Returns the
 * descriptor, or an error number below 0. */
int datagram_open(const struct datagram_address *local, int shares_port, int buffer_size);

/* The address that a socket is bound to. Returns 0, or an error number below 0. */
int datagram_local_address(int descriptor, struct datagram_address *local);

/* The address from which the kernel would send to another. Returns 0, or an error number below 0.
 */
int datagram_route(const struct datagram_address *remote, struct datagram_address *local);

/* The most bytes that a packet to the machine itself may have; 0 when the kernel does not tell. */
int datagram_loopback_mtu(void);

/* Sends `count` bytes as one datagram, or as datagrams of `segment` bytes that the kernel cuts
 * (0: it need not). `source` is the address to send from, or NULL. Returns the bytes sent, or an
 * error number below 0. */
ssize_t datagram_send(
    int descriptor, const void *bytes, size_t count, size_t segment, uint8_t ecn,
    const struct datagram_address *to, const struct datagram_address *source);

/* Sends the same without the kernel's cutting, in as few calls as may be. Returns the bytes of
 * the datagrams that were sent, at least one, or an error number below 0. */
ssize_t datagram_send_each(
    int descriptor, const void *bytes, size_t count, size_t segment, uint8_t ecn,
    const struct datagram_address *to, const struct datagram_address *source);

#endif

/* ngtcp2 with its GnuTLS helper, as Swift can see them.
 *
 * The headers are imported as they are; what follows stands for macros that take arguments or
 * are expressions, and for socket addresses, whose unions Swift would have to reinterpret. */
#ifndef CQUIC_H
#define CQUIC_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>

enum {
    quic_retry_token_size = NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN,
    quic_regular_token_size = NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN,
    quic_hook_post = GNUTLS_HOOK_POST,
};

/* GNUTLS_CURVE_TO_BITS for P-256. */
static inline unsigned int quic_p256_bits(void) {
    return GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
}

/* Frees what GnuTLS allocated; gnutls_free is a global that can be changed. */
static inline void quic_gnutls_free(void *memory) { gnutls_free(memory); }

/* An address as numbers in the host's order; `high` is 0 for IPv4. */
struct quic_address {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    uint8_t is_ipv6;
};

static inline void quic_big_endian(uint8_t *out, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--, value >>= 8) out[i] = (uint8_t)value;
}

static inline uint64_t quic_from_big_endian(const uint8_t *in, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | in[i];
    return value;
}

static inline socklen_t quic_store_address(
    ngtcp2_sockaddr_union *to, const struct quic_address *from) {
    memset(to, 0, sizeof *to);
    if (from->is_ipv6) {
        to->in6.sin6_family = AF_INET6;
        to->in6.sin6_port = htons(from->port);
        to->in6.sin6_scope_id = from->scope;
        quic_big_endian(to->in6.sin6_addr.s6_addr, from->high, 8);
        quic_big_endian(to->in6.sin6_addr.s6_addr + 8, from->low, 8);
        return sizeof to->in6;
    }
    to->in.sin_family = AF_INET;
    to->in.sin_port = htons(from->port);
    quic_big_endian((uint8_t *)&to->in.sin_addr, from->low, 4);
    return sizeof to->in;
}

/* Writes both ends of a path into storage that holds its own addresses. */
static inline void quic_store_path(
    ngtcp2_path_storage *to, const struct quic_address *local, const struct quic_address *remote) {
    to->path.local.addr = &to->local_addrbuf.sa;
    to->path.local.addrlen = quic_store_address(&to->local_addrbuf, local);
    to->path.remote.addr = &to->remote_addrbuf.sa;
    to->path.remote.addrlen = quic_store_address(&to->remote_addrbuf, remote);
    to->path.user_data = NULL;
}

static inline struct quic_address quic_load_address(const ngtcp2_addr *from) {
    struct quic_address to = {0};
    if (from->addr == NULL || from->addrlen == 0) return to;
    if (from->addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from->addr;
        to.is_ipv6 = 1;
        to.port = ntohs(in6->sin6_port);
        to.scope = in6->sin6_scope_id;
        to.high = quic_from_big_endian(in6->sin6_addr.s6_addr, 8);
        to.low = quic_from_big_endian(in6->sin6_addr.s6_addr + 8, 8);
    } else {
        const struct sockaddr_in *in = (const struct sockaddr_in *)from->addr;
        to.port = ntohs(in->sin_port);
        to.low = quic_from_big_endian((const uint8_t *)&in->sin_addr, 4);
    }
    return to;
}

#endif

#include "CDatagrams.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* Room for a segment size, the congestion bits and a source address. */
#define CONTROL_SIZE 128
#define MOST_MESSAGES 64

static void big_endian(uint8_t *out, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--, value >>= 8) out[i] = (uint8_t)value;
}

static uint64_t from_big_endian(const uint8_t *in, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | in[i];
    return value;
}

static socklen_t store(struct sockaddr_storage *to, const struct datagram_address *from) {
    memset(to, 0, sizeof *to);
    if (from->is_ipv6) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(from->port);
        in6->sin6_scope_id = from->scope;
        big_endian(in6->sin6_addr.s6_addr, from->high, 8);
        big_endian(in6->sin6_addr.s6_addr + 8, from->low, 8);
        return sizeof *in6;
    }
    struct sockaddr_in *in = (struct sockaddr_in *)to;
    in->sin_family = AF_INET;
    in->sin_port = htons(from->port);
    in->sin_addr.s_addr = htonl((uint32_t)from->low);
    return sizeof *in;
}

void datagram_load_address(const void *from, struct datagram_address *to) {
    memset(to, 0, sizeof *to);
    if (((const struct sockaddr *)from)->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
        to->is_ipv6 = 1;
        to->port = ntohs(in6->sin6_port);
        to->scope = in6->sin6_scope_id;
        to->high = from_big_endian(in6->sin6_addr.s6_addr, 8);
        to->low = from_big_endian(in6->sin6_addr.s6_addr + 8, 8);
    } else {
        const struct sockaddr_in *in = (const struct sockaddr_in *)from;
        to->port = ntohs(in->sin_port);
        to->low = ntohl(in->sin_addr.s_addr);
    }
}

static int failed(int descriptor) {
    int error = errno;
    close(descriptor);
    return -error;
}

/* An administrator's process may have more than the limit for all. */
static void set_buffer(int descriptor, int forced, int plain, int size) {
    if (setsockopt(descriptor, SOL_SOCKET, forced, &size, sizeof size) != 0)
        setsockopt(descriptor, SOL_SOCKET, plain, &size, sizeof size);
}

int datagram_open(const struct datagram_address *local, int shares_port, int buffer_size) {
    int family = local->is_ipv6 ? AF_INET6 : AF_INET;
    int descriptor = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int on = 1, off = 0;
    set_buffer(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, buffer_size);
    set_buffer(descriptor, SO_SNDBUFFORCE, SO_SNDBUF, buffer_size);
    /* Sent as it is, whatever the kernel believes of the path: QUIC finds out by itself. */
    int probe = IP_PMTUDISC_PROBE; /* The number is the same for IPv6. */
    if (setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe) != 0)
        return failed(descriptor);
    if (local->is_ipv6 &&
        (setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0 ||
         setsockopt(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &probe, sizeof probe) != 0))
        return failed(descriptor);
    if (shares_port &&
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
        return failed(descriptor);
    struct sockaddr_storage address;
    socklen_t size = store(&address, local);
    if (bind(descriptor, (struct sockaddr *)&address, size) != 0) return failed(descriptor);
    return descriptor;
}

int datagram_local_address(int descriptor, struct datagram_address *local) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) return -errno;
    datagram_load_address(&address, local);
    return 0;
}

int datagram_route(const struct datagram_address *remote, struct datagram_address *local) {
    int family = remote->is_ipv6 ? AF_INET6 : AF_INET;
    int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    struct sockaddr_storage address;
    socklen_t size = store(&address, remote);
    if (connect(descriptor, (struct sockaddr *)&address, size) != 0) return failed(descriptor);
    int code = datagram_local_address(descriptor, local);
    close(descriptor);
    local->port = 0;
    return code;
}

int datagram_loopback_mtu(void) {
    struct datagram_address self = {.low = INADDR_LOOPBACK, .port = 9};
    struct sockaddr_storage address;
    socklen_t size = store(&address, &self);
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return 0;
    int mtu = 0;
    socklen_t length = sizeof mtu;
    if (connect(descriptor, (struct sockaddr *)&address, size) != 0 ||
        getsockopt(descriptor, IPPROTO_IP, IP_MTU, &mtu, &length) != 0)
        mtu = 0;
    close(descriptor);
    return mtu;
}

/* Appends one control message to a buffer that was zeroed. */
static void append(
    struct msghdr *message, uint8_t *control, int level, int type, const void *value,
    size_t count) {
    struct cmsghdr *header = (struct cmsghdr *)(control + message->msg_controllen);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(count);
    memcpy(CMSG_DATA(header), value, count);
    message->msg_controllen += CMSG_SPACE(count);
    message->msg_control = control;
}

static void prepare(
    struct msghdr *message, struct sockaddr_storage *address, uint8_t *control, size_t segment,
    uint8_t ecn, const struct datagram_address *to, const struct datagram_address *source) {
    memset(message, 0, sizeof *message);
    memset(control, 0, CONTROL_SIZE);
    message->msg_name = address;
    message->msg_namelen = store(address, to);
    if (ecn != 0) {
        int bits = ecn;
        append(
            message, control, to->is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
            to->is_ipv6 ? IPV6_TCLASS : IP_TOS, &bits, sizeof bits);
    }
    if (segment != 0) {
        uint16_t size = (uint16_t)segment;
        append(message, control, SOL_UDP, UDP_SEGMENT, &size, sizeof size);
    }
    if (source != NULL && source->is_ipv6) {
        struct in6_pktinfo info = {0};
        big_endian(info.ipi6_addr.s6_addr, source->high, 8);
        big_endian(info.ipi6_addr.s6_addr + 8, source->low, 8);
        info.ipi6_ifindex = source->scope;
        append(message, control, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
    } else if (source != NULL) {
        struct in_pktinfo info = {0};
        info.ipi_spec_dst.s_addr = htonl((uint32_t)source->low);
        append(message, control, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    }
}

ssize_t datagram_send(
    int descriptor, const void *bytes, size_t count, size_t segment, uint8_t ecn,
    const struct datagram_address *to, const struct datagram_address *source) {
    struct msghdr message;
    struct sockaddr_storage address;
    _Alignas(struct cmsghdr) uint8_t control[CONTROL_SIZE];
    prepare(&message, &address, control, segment, ecn, to, source);
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    ssize_t sent;
    do sent = sendmsg(descriptor, &message, 0);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

ssize_t datagram_send_each(
    int descriptor, const void *bytes, size_t count, size_t segment, uint8_t ecn,
    const struct datagram_address *to, const struct datagram_address *source) {
    struct mmsghdr messages[MOST_MESSAGES];
    struct iovec pieces[MOST_MESSAGES];
    struct sockaddr_storage address;
    _Alignas(struct cmsghdr) uint8_t control[CONTROL_SIZE];
    struct msghdr message;
    prepare(&message, &address, control, 0, ecn, to, source);
    unsigned int used = 0;
    for (size_t start = 0; start < count && used < MOST_MESSAGES; start += segment, used++) {
        pieces[used].iov_base = (uint8_t *)bytes + start;
        pieces[used].iov_len = count - start < segment ? count - start : segment;
        messages[used].msg_hdr = message;
        messages[used].msg_hdr.msg_iov = &pieces[used];
        messages[used].msg_hdr.msg_iovlen = 1;
        messages[used].msg_len = 0;
    }
    int sent;
    do sent = sendmmsg(descriptor, messages, used, 0);
    while (sent < 0 && errno == EINTR);
    if (sent < 0) return -errno;
    ssize_t total = 0;
    for (int i = 0; i < sent; i++) total += (ssize_t)pieces[i].iov_len;
    return total;
}

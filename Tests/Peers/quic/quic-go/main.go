// quic-go as a server, a client and both at once, for comparison and interoperability:
//
//	peer serve ADDRESS CHAIN KEY MODE          MODE: echo, sink or source, as of quic-host
//	peer fetch ADDRESS AUTHORITY MODE STREAMS BYTES DATAGRAMS [early]
//	peer bench CHAIN KEY AUTHORITY quick|full
//
// Prints JSON.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	quic "github.com/lucas-clemente/quic-go"
)

const protocol = "test"

var block = func() []byte {
	out := make([]byte, 1<<20)
	for i := range out {
		out[i] = byte(i ^ i>>8)
	}
	return out
}()

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "quic-go peer:", err)
		os.Exit(1)
	}
}

func tell(value map[string]interface{}) {
	line, err := json.Marshal(value)
	check(err)
	fmt.Println(string(line))
}

func config() *quic.Config {
	return &quic.Config{
		EnableDatagrams:                true,
		MaxIncomingStreams:             20000,
		MaxIncomingUniStreams:          20000,
		InitialStreamReceiveWindow:     16 << 20,
		MaxStreamReceiveWindow:         16 << 20,
		InitialConnectionReceiveWindow: 24 << 20,
		MaxConnectionReceiveWindow:     24 << 20,
		MaxIdleTimeout:                 30 * time.Second,
	}
}

func serverTLS(chain, key string) *tls.Config {
	certificate, err := tls.LoadX509KeyPair(chain, key)
	check(err)
	return &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}}
}

func clientTLS(authority string) *tls.Config {
	pem, err := os.ReadFile(authority)
	check(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return &tls.Config{
		RootCAs: pool, ServerName: "localhost", NextProtos: []string{protocol},
		CurvePreferences:   []tls.CurveID{tls.X25519},
		ClientSessionCache: tls.NewLRUClientSessionCache(16),
	}
}

// Server

func serve(listener quic.EarlyListener, mode string) {
	for {
		connection, err := listener.Accept(context.Background())
		if err != nil {
			return
		}
		go serveDatagrams(connection)
		go func() {
			for {
				stream, err := connection.AcceptStream(context.Background())
				if err != nil {
					return
				}
				go answer(stream, mode)
			}
		}()
		go func() {
			for {
				stream, err := connection.AcceptUniStream(context.Background())
				if err != nil {
					return
				}
				go io.Copy(io.Discard, stream)
			}
		}()
	}
}

func serveDatagrams(connection quic.Connection) {
	for {
		message, err := connection.ReceiveMessage()
		if err != nil {
			return
		}
		if connection.SendMessage(message) != nil {
			return
		}
	}
}

func answer(stream quic.Stream, mode string) {
	defer stream.Close()
	switch mode {
	case "echo":
		io.Copy(stream, stream)
	case "sink":
		count, err := io.Copy(io.Discard, stream)
		if err == nil {
			fmt.Fprint(stream, count)
		}
	case "source":
		request, err := io.ReadAll(stream)
		if err != nil {
			return
		}
		rest, err := strconv.Atoi(string(request))
		for err == nil && rest > 0 {
			count := len(block)
			if rest < count {
				count = rest
			}
			_, err = stream.Write(block[:count])
			rest -= count
		}
	}
}

// Client

// connect waits for the handshake; early does not.
func connect(address string, settings *tls.Config) (quic.Connection, error) {
	return quic.DialAddr(address, settings, config())
}

func early(address string, settings *tls.Config) (quic.EarlyConnection, error) {
	return quic.DialAddrEarly(address, settings, config())
}

// request asks for bytes, or sends them, and reads the answer to its end.
func request(connection quic.Connection, mode string, size int) (int, error) {
	stream, err := connection.OpenStreamSync(context.Background())
	if err != nil {
		return 0, err
	}
	if mode == "source" {
		fmt.Fprint(stream, size)
		stream.Close()
	} else {
		go func() {
			for rest := size; rest > 0; rest -= len(block) {
				count := len(block)
				if rest < count {
					count = rest
				}
				if _, err := stream.Write(block[:count]); err != nil {
					return
				}
			}
			stream.Close()
		}()
	}
	return receive(stream, mode != "sink")
}

func receive(stream io.Reader, verify bool) (int, error) {
	total := 0
	buffer := make([]byte, 256<<10)
	for {
		count, err := stream.Read(buffer)
		if verify && count > 0 {
			for done := 0; done < count; {
				place := (total + done) % (1 << 16)
				part := count - done
				if part > len(block)-place {
					part = len(block) - place
				}
				if !bytes.Equal(buffer[done:done+part], block[place:place+part]) {
					return total, fmt.Errorf("other bytes than expected")
				}
				done += part
			}
		}
		total += count
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

func requests(connection quic.Connection, mode string, streams, size int) error {
	var failure error
	var lock sync.Mutex
	var group sync.WaitGroup
	for i := 0; i < streams; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			count, err := request(connection, mode, size)
			if err == nil && mode != "sink" && count != size {
				err = fmt.Errorf("%d bytes instead of %d", count, size)
			}
			if err != nil {
				lock.Lock()
				failure = err
				lock.Unlock()
			}
		}()
	}
	group.Wait()
	return failure
}

func datagrams(connection quic.Connection, count, size int) (int, float64) {
	var returned int64
	start := time.Now()
	free := make(chan struct{}, 64)
	done := make(chan struct{})
	go func() {
		for atomic.LoadInt64(&returned) < int64(count) {
			if _, err := connection.ReceiveMessage(); err != nil {
				break
			}
			atomic.AddInt64(&returned, 1)
			<-free
		}
		close(done)
	}()
	message := block[:size]
	last := int64(-1)
	for sent := 0; sent < count; {
		select {
		case free <- struct{}{}:
			check(connection.SendMessage(message))
			sent++
		case <-time.After(200 * time.Millisecond):
			now := atomic.LoadInt64(&returned)
			if now == last {
				// All that were under way are lost.
				for len(free) > 0 {
					<-free
				}
			}
			last = now
		}
	}
	select {
	case <-done:
	case <-time.After(time.Second):
	}
	return int(atomic.LoadInt64(&returned)), time.Since(start).Seconds()
}

// Measurements

func cpu() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func median(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}

func bench(chain, key, authority string, quick bool) {
	share := 1
	if quick {
		share = 8
	}
	listener, err := quic.ListenAddrEarly("127.0.0.1:0", serverTLS(chain, key), config())
	check(err)
	go serve(listener, "source")
	address := listener.Addr().String()
	uploads, err := quic.ListenAddrEarly("127.0.0.1:0", serverTLS(chain, key), config())
	check(err)
	go serve(uploads, "sink")
	out := map[string]interface{}{}

	full := func(count int) []float64 {
		times := []float64{}
		for i := 0; i < count; i++ {
			settings := clientTLS(authority)
			start := time.Now()
			connection, err := connect(address, settings)
			check(err)
			times = append(times, time.Since(start).Seconds()*1e3)
			connection.CloseWithError(0, "")
		}
		return times
	}
	full(20)
	count := 1000 / share
	start := time.Now()
	times := full(count)
	out["handshakes-sequential"] = float64(count) / time.Since(start).Seconds()
	out["handshake-full-p50"] = median(times)
	start = time.Now()
	var group sync.WaitGroup
	for i := 0; i < 16; i++ {
		group.Add(1)
		go func() {
			full(count / 16)
			group.Done()
		}()
	}
	group.Wait()
	out["handshakes-16"] = float64(count/16*16) / time.Since(start).Seconds()

	settings := clientTLS(authority)
	times = nil
	accepted := 0
	for i := 0; i < count/4; i++ {
		start := time.Now()
		connection, err := early(address, settings)
		check(err)
		_, err = request(connection, "source", 1000)
		if err == quic.Err0RTTRejected {
			_, err = request(connection.NextConnection(), "source", 1000)
		}
		check(err)
		if i > 0 {
			times = append(times, time.Since(start).Seconds()*1e3)
		}
		<-connection.HandshakeComplete().Done()
		if connection.ConnectionState().TLS.Used0RTT {
			accepted++
		}
		// The ticket comes after the handshake.
		time.Sleep(3 * time.Millisecond)
		connection.CloseWithError(0, "")
	}
	out["early-answer-p50"] = median(times)
	out["early-accepted"] = accepted

	connection, err := connect(address, settings)
	check(err)
	times = nil
	for i := 0; i < 10000/share; i++ {
		start := time.Now()
		_, err := request(connection, "source", 1000)
		check(err)
		times = append(times, time.Since(start).Seconds()*1e6)
	}
	out["request-p50"] = median(times)
	for _, streams := range []int{1000, 10000} {
		times = nil
		for i := 0; i < 5; i++ {
			start := time.Now()
			check(requests(connection, "source", streams, 1000))
			times = append(times, time.Since(start).Seconds()*1e3)
		}
		out[fmt.Sprintf("streams-%d", streams)] = median(times)
	}
	size := (1 << 30) / share
	transfer := func(address, mode, name string) {
		connection, err := connect(address, settings)
		check(err)
		_, err = request(connection, mode, size/16)
		check(err)
		used, start := cpu(), time.Now()
		check(requests(connection, mode, 1, size))
		seconds := time.Since(start).Seconds()
		out[name+"-gbps"] = float64(size) * 8 / seconds / 1e9
		out[name+"-cpu"] = (cpu() - used) / float64(size) * (1 << 30)
	}
	transfer(address, "source", "down")
	transfer(uploads.Addr().String(), "sink", "up")
	returned, seconds := datagrams(connection, 100000/share, 1000)
	out["datagrams"] = float64(returned) / seconds
	benchHTTP3(chain, key, authority, share, out)
	tell(out)
}

func fetch(connection quic.Connection, mode string, streams, size, messages int) {
	check(requests(connection, mode, streams, size))
	if messages > 0 {
		returned, _ := datagrams(connection, messages, 1000)
		if returned != messages {
			check(fmt.Errorf("%d datagrams of %d came back", returned, messages))
		}
	}
	connection.CloseWithError(0, "done")
	time.Sleep(50 * time.Millisecond)
}

func main() {
	arguments := os.Args[1:]
	number := func(place int) int {
		value, err := strconv.Atoi(arguments[place])
		check(err)
		return value
	}
	switch arguments[0] {
	case "serve":
		listener, err := quic.ListenAddrEarly(
			arguments[1], serverTLS(arguments[2], arguments[3]), config())
		check(err)
		tell(map[string]interface{}{"event": "listening", "address": listener.Addr().String()})
		serve(listener, arguments[4])
	case "fetch":
		settings := clientTLS(arguments[2])
		if len(arguments) <= 7 {
			connection, err := connect(arguments[1], settings)
			check(err)
			fetch(connection, arguments[3], number(4), number(5), number(6))
			tell(map[string]interface{}{"event": "fetched", "early": false})
			return
		}
		connection, err := connect(arguments[1], settings)
		check(err)
		check(requests(connection, arguments[3], 1, 100))
		time.Sleep(100 * time.Millisecond)
		connection.CloseWithError(0, "")
		again, err := early(arguments[1], settings)
		check(err)
		fetch(again, arguments[3], number(4), number(5), number(6))
		used := again.ConnectionState().TLS.Used0RTT
		tell(map[string]interface{}{"event": "fetched", "early": used})
	case "bench":
		bench(arguments[1], arguments[2], arguments[3], arguments[4] == "quick")
	}
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Speed of ns-3's events for bench_engine: events that do nothing but schedule themselves again
 * after a random time, 512 pending. Prints processor time an event in ns, best round, with the
 * default scheduler and with the fastest of those that ns-3 offers.
 */
#include <ns3/core-module.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>

namespace
{
const int rounds = 15;
const int events = 400000; // a round
const int pending = 512;
const int64_t mean_delay = 524288; // ps; delays are uniform up to twice as much

uint64_t rng = 88172645463325252ull;
uint64_t happened;

ns3::Time someDelay()
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return ns3::TimeStep(1 + rng % (2 * mean_delay));
}

void again()
{
	happened++;
	ns3::Simulator::Schedule(someDelay(), &again);
}

double cpuNs()
{
	timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

double measure(const char *scheduler)
{
	double best = 1e18;

	if (scheduler) {
		ns3::ObjectFactory factory;

		factory.SetTypeId(scheduler);
		ns3::Simulator::SetScheduler(factory);
	}
	for (int i = 0; i < pending; i++)
		ns3::Simulator::Schedule(someDelay(), &again);
	for (int i = 0; i <= rounds; i++) { // the first is for warming up
		uint64_t before = happened;
		double begin;

		ns3::Simulator::Stop(ns3::TimeStep(events / pending * mean_delay));
		begin = cpuNs();
		ns3::Simulator::Run();
		if (i)
			best = std::min(best, (cpuNs() - begin) / (happened - before));
	}
	ns3::Simulator::Destroy();
	return best;
}
} // namespace

int main()
{
	ns3::Time::SetResolution(ns3::Time::PS);

	double usual = measure(nullptr);
	double best = usual;

	for (const char *s : { "ns3::MapScheduler", "ns3::HeapScheduler", "ns3::CalendarScheduler",
			       "ns3::PriorityQueueScheduler" })
		best = std::min(best, measure(s));
	printf("%.2f %.2f\n", usual, best);
	return 0;
}

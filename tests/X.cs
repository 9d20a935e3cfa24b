namespace T; public class X { [Xunit.Fact] public void A() { } }

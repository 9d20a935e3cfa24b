int x = 0; System.Console.WriteLine(x);
